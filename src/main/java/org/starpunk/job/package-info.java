/** Long work: what runs, how far it is, how it ended. Whoever works tells it here, and pages and health read it. */
@NullMarked
package org.starpunk.job;

import org.jspecify.annotations.NullMarked;
