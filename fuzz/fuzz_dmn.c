/*
 * fuzz_dmn.c: any bytes are refused with a place and a sentence, or become a model whose decisions
 * all yield a value of the standard (never unknown, never an error value), and whose tables can be
 * analysed and explained.
 */
#include "dmn/analyse.h"
#include "feel/spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run_all(const struct dmn *m)
{
    struct arena request;
    struct dmn_run run;
    arena_init(&request);
    request.limit = 64u << 20;
    if (dmn_run_init(&run, m, &request) == 0)
        for (size_t i = 0; i < dmn_element_count(m) && i < 20; i++) {
            struct value v = dmn_decide(&run, dmn_element_at(m, i));
            if (v.kind == VALUE_UNKNOWN || (v.kind == VALUE_ERROR && v.failure->code != E_MEMORY))
                BUG("a decision yields a value of strict mode");
        }
    if (dmn_element_count(m) > 0 && dmn_run_init(&run, m, &request) == 0)
        (void)dmn_explain(&run, dmn_element_at(m, dmn_element_count(m) - 1));
    arena_release(&request);
}

static void look_at_all(const struct dmn *m, struct diags *diags)
{
    run_all(m);
    int r = dmn_analyse(m, diags);
    if (r < 0 && r != E_MEMORY)
        BUG("an analysis ends in something else than its findings");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena program;
    struct diags diags;
    struct err err = ERR_INIT;
    struct dmn *m = NULL;

    arena_init(&program);
    program.limit = 256u << 20;
    diags_init(&diags, &program);
    if (dmn_load_text(&program, span_of((const char *)data, size), SPAN("fuzz"), &m, &diags,
                      &err) == 0)
        look_at_all(m, &diags);
    else if (!err.message[0] || (err.code != E_MEMORY && err.line == 0))
        BUG("a refusal without place or sentence");
    arena_release(&program);
    return 0;
}
