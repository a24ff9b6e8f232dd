/** Pages of the started server in Debian's Chromium. Skipped with a reason without a browser. */
@NullMarked
package org.starpunk.browser;

import org.jspecify.annotations.NullMarked;
