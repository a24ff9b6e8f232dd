/** The standards' rules as rows of data, each run over HTTP against the started server. */
@NullMarked
package org.starpunk.conformance;

import org.jspecify.annotations.NullMarked;
