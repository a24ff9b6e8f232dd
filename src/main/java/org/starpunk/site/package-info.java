/** Public HTML pages, one class for each page. */
@NullMarked
package org.starpunk.site;

import org.jspecify.annotations.NullMarked;
