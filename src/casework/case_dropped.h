/*
 * case_dropped.h: applications that a mail gateway drops into folders (S081): one folder for each
 * procedure, as a maildir has them:
 *
 *     FOLDER/PROCEDURE/new/NAME.pdf      to be taken in; moved there when it is whole
 *     FOLDER/PROCEDURE/cur/NAME.pdf      taken in, whether handed in or waiting for what is missing
 *     FOLDER/PROCEDURE/refused/NAME.pdf  not taken in: the name, no PDF, nobody of that name, late
 *     FOLDER/PROCEDURE/receipts/NAME.txt what is to be answered
 *     FOLDER/PROCEDURE/pattern           how names are written; INTAKE_PATTERN where it is not
 * there
 *
 * The same file is the same case, so a run that was cut off is run again.
 */
#ifndef HUIQI_CASEWORK_CASE_DROPPED_H
#define HUIQI_CASEWORK_CASE_DROPPED_H
#include "casework/case_intake.h"

#define DROPPED_MOST 500 /* files of one run; the next one goes on */

struct dropped_count {
    size_t taken, waiting, refused; /* waiting: a case that lacks something, a part of taken */
    size_t unreadable;              /* left where they are */
};
/* E_BUSY, E_MEMORY and what is wrong with a folder end it; what is wrong with a file is its
 * receipt. */
NODISCARD int case_take_folder(struct arena *request, const struct office *o,
                               const struct actor *who, struct span folder,
                               struct dropped_count *ret, struct err *err);
#endif
