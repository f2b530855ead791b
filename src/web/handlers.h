/* handlers.h: every handler of src/web, for the table in routes.c. */
#ifndef HUIQI_WEB_HANDLERS_H
#define HUIQI_WEB_HANDLERS_H
#include "web/app.h"

handler home_show;    /* home.c */
handler about_show;   /* about.c */
handler health_show;  /* health.c */
handler openapi_show; /* openapi.c */
#endif
