/** Stores and serves pictures: checked by their content, without metadata, in the sizes that pages need. */
@NullMarked
package org.starpunk.media;

import org.jspecify.annotations.NullMarked;
