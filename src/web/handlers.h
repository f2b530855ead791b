/* handlers.h: every handler of src/web, for the table in routes.c. */
#ifndef HUIQI_WEB_HANDLERS_H
#define HUIQI_WEB_HANDLERS_H
#include "web/app.h"

handler home_show;     /* home.c */
handler about_show;    /* about.c */
handler measures_list; /* measures.c */
handler measures_show;
handler products_list;
handler products_show;
handler products_compare; /* compare.c */
handler checkups_start;   /* checkups.c */
handler checkups_begin;
handler checkups_question;
handler checkups_answer;
handler checkups_answers;
handler checkups_remove;
handler checkups_result;
handler checkups_match;
handler checkups_finding; /* checkup_finding.c */
handler checkups_letter;  /* checkup_sets.c */
handler checkups_missing; /* checkup_missing.c */
handler checkups_whatif;  /* checkup_whatif.c */
handler checkups_try;
handler checkups_calendar; /* checkup_calendar.c */
handler checkups_feed;
handler checkups_places; /* checkup_places.c */
handler documents_list;  /* documents.c */
handler documents_show;
handler documents_graph; /* document_graph.c */
handler families_list;   /* families.c */
handler families_show;
handler search_show; /* search.c */
handler search_suggest;
handler parameters_list; /* vocabulary.c */
handler parameters_show;
handler parameters_add; /* values.c */
handler registers_list;
handler registers_show;
handler statistics_show;
handler decisions_list; /* decisions.c */
handler decisions_show;
handler sign_in_show; /* sign_in.c */
handler sign_in_do;
handler sign_out_do;
handler sign_on_begin; /* sign_on.c */
handler sign_on_end;
handler sign_on_leave;
handler signed_out_show;   /* sign_in.c */
handler new_password_show; /* resets.c */
handler new_password_do;
handler account_show; /* account.c */
handler account_seat;
handler account_password;
handler account_delegate;
handler account_delegate_end;
handler audit_show;
handler accounts_list; /* accounts.c */
handler accounts_show;
handler accounts_add;
handler accounts_grant;
handler accounts_end;
handler accounts_link;
handler accounts_close;
handler accounts_sign_out;
handler guides_list; /* guides.c */
handler guides_show;
handler cases_mine; /* cases.c */
handler cases_new;
handler cases_begin;
handler cases_show;
handler cases_form;
handler cases_do;
handler forms_show; /* case_print.c */
handler cases_print;
handler cases_trail;
handler directs_policies;
handler directs_pick;
handler places_list;
handler places_show;
handler places_gaps;
handler visits_show; /* case_hall.c */
handler visits_add;
handler visits_step;
handler desk_list;
handler desk_return;
handler papers_open;
handler desk_show; /* desk.c */
handler desk_do;
handler due_show;
handler publicity_list; /* publicity.c */
handler publicity_show;
handler publicity_object;
handler funds_list; /* money.c */
handler funds_show;
handler funds_act; /* fund_acts.c */
handler payments_list;
handler payments_make;
handler payments_show;
handler claims_new;
handler claims_open;
handler inbox_show; /* inbox.c */
handler inbox_read;
handler payments_act;
handler payments_file;
handler claims_list;
handler claims_show;
handler claims_act;
handler specialists_list; /* specialists.c */
handler specialists_act;
handler case_panel;
handler vouchers_list; /* vouchers.c */
handler vouchers_issue;
handler vouchers_show;
handler vouchers_act;
handler data_show; /* data.c */
handler data_act;
handler directs_list; /* directs.c */
handler directs_new;
handler directs_define;
handler directs_show;
handler directs_act;
handler drafts_list; /* drafts.c */
handler drafts_new;
handler drafts_begin;
handler drafts_show;
handler drafts_act;
handler drafts_file; /* draft_form.c */
handler drafts_edit;
handler versions_list; /* versions.c */
handler versions_show;
handler versions_act;
handler lists_show; /* lists.c */
handler lists_propose;
handler lists_entry;
handler lists_act;
handler batches_import; /* batches.c */
handler batches_show;
handler batches_act;
handler health_show;  /* health.c */
handler openapi_show; /* openapi.c */
#endif
