/** Log encoders and filters: request ids, one line per event, no secrets. Logback instantiates these classes. */
@NullMarked
package org.starpunk.log;

import org.jspecify.annotations.NullMarked;
