package org.starpunk.config;

/**
 * Limits for external input. Input over a limit is refused completely, with an error message.
 *
 * @param bodyBytes maximum size of a parsed request body (forms, JSON), in bytes
 * @param uploadBytes maximum size of an upload, in bytes
 * @param noteLength maximum length of a note, in characters
 * @param tagsPerNote maximum number of tags of a note
 * @param tagLength maximum length of a tag, in characters
 * @param titleLength maximum length of a title, in characters
 * @param unusedMediaDays retention of unused pictures, in days; 0 for no deletion
 * @param connections maximum number of open connections, at least 1; the process's file descriptors may allow fewer
 * @param connectionsPerAddress maximum number of open connections from one address, at least 1
 */
public record LimitSettings(
        int bodyBytes,
        long uploadBytes,
        int noteLength,
        int tagsPerNote,
        int tagLength,
        int titleLength,
        int unusedMediaDays,
        int connections,
        int connectionsPerAddress) {}
