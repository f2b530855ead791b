/*
 * actor.h: who does something, with which rights, for whom. Every change names one, and every
 * record of a change shows it: the person, and on whose behalf.
 *
 * An actor is made by account.c (a signed-in request, a command line) or is the program itself (a
 * timer). It is a value: views of its texts live as long as the request.
 */
#ifndef HUIQI_IDENTITY_ACTOR_H
#define HUIQI_IDENTITY_ACTOR_H
#include "base/base.h"

/* USER_ROLE(ID, "word", zh, en): what a person may be. One table, in account.c. */
#define USER_ROLE_LIST(USER_ROLE)                                                                  \
    USER_ROLE(AGENT, "agent", "企业经办人", "enterprise agent")                                    \
    USER_ROLE(WINDOW, "window", "窗口", "window clerk")                                            \
    USER_ROLE(HANDLER, "handler", "经办", "handler")                                               \
    USER_ROLE(REVIEWER, "reviewer", "审核", "reviewer")                                            \
    USER_ROLE(FINANCE, "finance", "财务", "finance officer")                                       \
    USER_ROLE(COUNTERPARTY, "counterparty", "相关方", "counterparty")                              \
    USER_ROLE(PUBLISHER, "publisher", "发布", "publisher")                                         \
    USER_ROLE(AUDITOR, "auditor", "审计", "auditor")                                               \
    USER_ROLE(ADMINISTRATOR, "administrator", "管理员", "administrator")
#define USER_ROLE_ENUM(id, word, zh, en) USER_##id,
enum user_role { USER_ROLE_LIST(USER_ROLE_ENUM) USER_ROLES };

struct actor {
    int64_t account_id; /* 0 = nobody has signed in, or the program */
    bool program;       /* a timer, a command of the operator */
    struct span name;   /* as records show it; no name of a person is needed */
    unsigned roles;     /* bit per enum user_role, held in the organisation or for the subject */
    int64_t organisation_id; /* 0 = none */
    struct span organisation;
    int64_t subject_id;     /* the enterprise or person acted for; 0 = none */
    int64_t delegation_id;  /* by which the rights came; 0 = own */
    int64_t for_account_id; /* whose rights they are when delegated */
};

static inline bool actor_is(const struct actor *a, enum user_role r)
{
    return a->program || (a->roles >> r & 1);
}
#endif
