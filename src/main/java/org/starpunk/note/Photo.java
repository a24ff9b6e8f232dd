package org.starpunk.note;

/**
 * A photo of a note.
 *
 * @param url where it is: absolute, or a path of this site
 * @param alt what it shows, for those who cannot see it; may be empty
 */
public record Photo(String url, String alt) {}
