package org.starpunk.config;

import java.nio.file.Path;

/**
 * Settings of automatic backups.
 *
 * @param enabled whether the server makes a daily backup
 * @param folder folder of the backups
 * @param keepDays number of days whose last backup is retained
 * @param keepWeeks number of weeks whose last backup is retained
 */
public record BackupSettings(boolean enabled, Path folder, int keepDays, int keepWeeks) {}
