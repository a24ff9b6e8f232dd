/** What a reader sees: one file a page. */
@NullMarked
package org.starpunk.site;

import org.jspecify.annotations.NullMarked;
