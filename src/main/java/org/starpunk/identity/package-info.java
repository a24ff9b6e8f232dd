/** Who may do what: the author, sessions, tokens, scopes. No HTTP, no SQL. */
@NullMarked
package org.starpunk.identity;

import org.jspecify.annotations.NullMarked;
