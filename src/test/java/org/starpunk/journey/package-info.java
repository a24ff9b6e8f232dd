/** The whole server on a loopback port with a database of its own, used over HTTP as a person would. */
@NullMarked
package org.starpunk.journey;

import org.jspecify.annotations.NullMarked;
