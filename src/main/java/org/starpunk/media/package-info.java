/** Keeps and serves pictures: checked by their content, without metadata, in the sizes that a page needs. */
@NullMarked
package org.starpunk.media;

import org.jspecify.annotations.NullMarked;
