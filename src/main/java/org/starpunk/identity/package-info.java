/** Authentication and authorization: the author, sessions, tokens, scopes. Contains neither HTTP nor SQL. */
@NullMarked
package org.starpunk.identity;

import org.jspecify.annotations.NullMarked;
