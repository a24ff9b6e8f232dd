package org.starpunk.note;

/**
 * A tag, looked up by its slug and shown as it was first written.
 *
 * @param slug the normalised name: what it is found by and what stands in its URL
 * @param name the name as first written
 */
public record Tag(String slug, String name) {}
