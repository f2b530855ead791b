/*
 * masking.h: which personal data a role sees in the clear (S256), and how the rest is shown. What
 * is shown in the clear is a read of personal data: the caller writes it to the log.
 */
#ifndef HUIQI_IDENTITY_MASKING_H
#define HUIQI_IDENTITY_MASKING_H
#include "base/arena.h"
#include "identity/actor.h"

/* MASK(ID, "word", roles that see it): the agent sees what is his, which the caller decides. */
#define MASK_LIST(MASK)                                                                            \
    MASK(NAME, "name", R(WINDOW) | R(HANDLER) | R(REVIEWER) | R(FINANCE) | R(COUNTERPARTY))        \
    MASK(PHONE, "phone", R(WINDOW) | R(HANDLER))                                                   \
    MASK(IDENTITY, "identity", R(WINDOW) | R(HANDLER) | R(REVIEWER))                               \
    MASK(ACCOUNT, "account", R(FINANCE))                                                           \
    MASK(MAIL, "mail", R(WINDOW) | R(HANDLER))                                                     \
    MASK(ADDRESS, "address", R(WINDOW) | R(HANDLER) | R(REVIEWER))
#define MASK_ENUM(id, word, roles) MASK_##id,
enum mask_kind { MASK_LIST(MASK_ENUM) MASK_KINDS };

bool mask_kind_parse(struct span word, enum mask_kind *ret);
/* Whether the actor's roles show it in the clear. `own`: it is about the subject he acts for. */
bool mask_sees(const struct actor *who, enum mask_kind kind, bool own);
/* As anybody may see it: enough to tell two apart, too little to use. Empty p when memory ended. */
struct span mask_text(struct arena *a, enum mask_kind kind, struct span text);
#endif
