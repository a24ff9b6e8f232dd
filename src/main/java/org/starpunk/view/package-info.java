/** Page output: templates, page cache, static files, content negotiation, conditional requests. */
@NullMarked
package org.starpunk.view;

import org.jspecify.annotations.NullMarked;
