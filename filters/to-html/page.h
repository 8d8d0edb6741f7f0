/* page.h - the parts of the review page, which embed makes C of at build time */
/* SPDX-License-Identifier: MIT */
#ifndef PAGE_H
#define PAGE_H

#include "buf.h"

extern const struct str page_html, page_css, page_js;
/* SHA-256 in base64 of the style and the script, for the page's policy */
extern const struct str hash_html, hash_css, hash_js;

#endif
