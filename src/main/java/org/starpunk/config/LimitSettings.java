package org.starpunk.config;

/**
 * What is accepted from outside; passing a limit gets a clear answer, with nothing half done.
 *
 * @param bodyBytes the largest request body that is parsed (forms, JSON), bytes
 * @param uploadBytes the largest upload, bytes
 * @param noteLength the longest note, characters
 * @param tagsPerNote tags of a note
 * @param tagLength the longest tag, characters
 * @param titleLength the longest title, characters
 * @param unusedMediaDays after how many days a picture that no note uses is deleted; 0 never
 * @param connections how many connections may be open at once, at least 1; the process's file descriptors may allow fewer
 * @param connectionsPerAddress how many of them from one address, at least 1
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
