/** Export and import of the site as files: notes as Markdown with front matter, in a folder or a ZIP with checksums. */
@NullMarked
package org.starpunk.archive;

import org.jspecify.annotations.NullMarked;
