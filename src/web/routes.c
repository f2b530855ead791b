/*
 * routes.c: every address of the application, once. /openapi.json is made from this table.
 */
#include "web/handlers.h"

static const char *const sort_choices[] = {"relevance", "amount", "deadline", NULL};

static const struct field search_fields[] = {
    {.name = "q", .kind = FIELD_TEXT, .most = 100, .summary = "Words, separated by blanks; each must be found."},
    {.name = "region", .kind = FIELD_TEXT, .most = 60, .summary = "A region such as 上海市/静安区; those above it count too."},
    {.name = "authority", .kind = FIELD_TEXT, .most = 60, .summary = "The department, or of products the institution."},
    {.name = "kind", .kind = FIELD_TEXT, .most = 20, .summary = "Kind of measure, such as subsidy."},
    {.name = "industry", .kind = FIELD_TEXT, .most = 40, .summary = "Leaves out what an enterprise of this industry cannot have."},
    {.name = "size", .kind = FIELD_TEXT, .most = 20, .summary = "Leaves out what an enterprise of this size cannot have."},
    {.name = "status", .kind = FIELD_TEXT, .most = 20, .summary = "Timing on the date: open, not-yet, closed, expired, unknown-start, unknown-end."},
    {.name = "sort", .kind = FIELD_CHOICE, .choices = sort_choices, .summary = "Order of the list."},
};

const struct route app_routes[] = {
    {METHOD_GET, "/", home_show, .summary = "The first page."},
    {METHOD_GET, "/measures", measures_list, FIELDS(search_fields), .summary = "Measures, searched and filtered."},
    {METHOD_GET, "/measures/{id*}", measures_show, .summary = "One measure, by id or catalogue number."},
    {METHOD_GET, "/products", products_list, FIELDS(search_fields), .summary = "Credit products, searched and filtered."},
    {METHOD_GET, "/products/{id*}", products_show, .summary = "One credit product."},
    {METHOD_GET, "/documents", documents_list, .summary = "The documents of the library."},
    {METHOD_GET, "/documents/{id*}", documents_show, .summary = "One document: outline, clauses, measures."},
    {METHOD_GET, "/about", about_show, .summary = "What this is, its version and its sources."},
    {METHOD_GET, "/healthz", health_show, .summary = "Whether the server works."},
    {METHOD_GET, "/openapi.json", openapi_show, .flags = ROUTE_CACHE,
     .summary = "This description."},
};

const size_t app_route_count = COUNT_OF(app_routes);
