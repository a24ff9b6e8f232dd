/** Background jobs: their registry, progress and results. Pages and health checks read them. */
@NullMarked
package org.starpunk.job;

import org.jspecify.annotations.NullMarked;
