package org.starpunk;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Allowed dependencies of each package. The reasons are in docs/decisions/0002-house.md. */
final class AllowedDependencies {

    /**
     * Allowed dependencies of every feature: domain, recorder, settings, templates, and the authentication of admin and
     * indieauth.
     */
    private static final String FEATURE = "note identity telemetry config view outbound job admin indieauth";

    /** Allowed dependencies by package. */
    static final Map<String, List<String>> MAY_KNOW = new TreeMap<>(Map.ofEntries(
            may("config", ""),
            may("telemetry", ""),
            may("outbound", "telemetry config"),
            may("job", ""),
            may("archive", "note config job"),
            may("log", "telemetry"),
            may("cluster", "config"),
            may("view", "telemetry"),
            may("note", "config"),
            may("identity", "config"),
            may("store", "note identity telemetry config job archive"),
            may("monitor", "telemetry config"),
            may("monitor.web", "monitor telemetry config view"),
            may("site", FEATURE),
            may("feed", FEATURE),
            may("micropub", FEATURE),
            may("indieauth", FEATURE),
            may("webmention", FEATURE),
            may("media", FEATURE),
            may("admin", FEATURE),
            may("server", FEATURE + " store monitor monitor.web site feed micropub webmention media"),
            may("command", FEATURE + " store log archive media server ROOT")));

    private AllowedDependencies() {}

    /** Returns whether a package may depend on another one. The root package, {@code ROOT}, may depend on all. */
    static boolean mayKnow(String one, String other) {
        return one.equals("ROOT")
                || one.equals(other)
                || MAY_KNOW.getOrDefault(one, List.of()).contains(other);
    }

    private static Map.Entry<String, List<String>> may(String who, String others) {
        return Map.entry(who, Arrays.asList(others.split(" ")));
    }
}
