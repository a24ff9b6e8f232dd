/** Fetches from other sites, and never from an address that is not of the open internet. */
@NullMarked
package org.starpunk.outbound;

import org.jspecify.annotations.NullMarked;
