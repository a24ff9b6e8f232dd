package org.starpunk.config;

import java.nio.file.Path;

/**
 * The backups that the server makes by itself.
 *
 * @param enabled whether it makes one each day
 * @param folder where they are kept
 * @param keepDays of how many days the last one is kept
 * @param keepWeeks of how many weeks the last one is kept
 */
public record BackupSettings(boolean enabled, Path folder, int keepDays, int keepWeeks) {}
