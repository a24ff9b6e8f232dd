/** Domain model of the site: notes, tags, slugs, and the rendering of texts. Independent of HTTP and SQL. */
@NullMarked
package org.starpunk.note;

import org.jspecify.annotations.NullMarked;
