/** Outbound HTTP requests to other sites, restricted to public addresses. */
@NullMarked
package org.starpunk.outbound;

import org.jspecify.annotations.NullMarked;
