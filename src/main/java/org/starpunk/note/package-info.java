/** The site's own words and rules: notes, tags, slugs, Markdown. No HTTP, no SQL. */
@NullMarked
package org.starpunk.note;

import org.jspecify.annotations.NullMarked;
