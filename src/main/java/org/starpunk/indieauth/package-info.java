/** The author's own domain as a login elsewhere: consent, codes, tokens, and the gate for whoever brings a token. */
@NullMarked
package org.starpunk.indieauth;

import org.jspecify.annotations.NullMarked;
