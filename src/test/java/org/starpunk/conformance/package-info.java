/** Rules of the standards as rows of data, each executed over HTTP against the started server. */
@NullMarked
package org.starpunk.conformance;

import org.jspecify.annotations.NullMarked;
