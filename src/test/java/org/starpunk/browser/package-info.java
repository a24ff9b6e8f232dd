/** What a person sees: pages of the started server in Debian's Chromium. Skipped, with the reason, where there is none. */
@NullMarked
package org.starpunk.browser;

import org.jspecify.annotations.NullMarked;
