/** IndieAuth provider: consent page, authorization codes, tokens, and authentication by bearer token. */
@NullMarked
package org.starpunk.indieauth;

import org.jspecify.annotations.NullMarked;
