package org.starpunk.identity;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.Supplier;

/** A clock in the site's time zone as of now, which the author can change while the site runs. */
public final class SiteClock extends Clock {

    private final Clock base;
    private final Supplier<ZoneId> zone;

    public SiteClock(Clock base, Supplier<ZoneId> zone) {
        this.base = base;
        this.zone = zone;
    }

    @Override
    public ZoneId getZone() {
        return zone.get();
    }

    @Override
    public Clock withZone(ZoneId other) {
        return base.withZone(other);
    }

    @Override
    public Instant instant() {
        return base.instant();
    }

    @Override
    public long millis() {
        return base.millis();
    }
}
