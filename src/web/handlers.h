/* handlers.h: every handler of src/web, for the table in routes.c. */
#ifndef HUIQI_WEB_HANDLERS_H
#define HUIQI_WEB_HANDLERS_H
#include "web/app.h"

handler home_show;    /* home.c */
handler about_show;   /* about.c */
handler measures_list;  /* measures.c */
handler measures_show;
handler products_list;
handler products_show;
handler documents_list; /* documents.c */
handler documents_show;
handler health_show;  /* health.c */
handler openapi_show; /* openapi.c */
#endif
