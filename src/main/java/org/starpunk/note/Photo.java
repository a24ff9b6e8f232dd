package org.starpunk.note;

/**
 * A photo of a note.
 *
 * @param url absolute URL, or a path of this site
 * @param alt text alternative; may be empty
 */
public record Photo(String url, String alt) {}
