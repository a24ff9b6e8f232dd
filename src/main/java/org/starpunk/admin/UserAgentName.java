package org.starpunk.admin;

import java.util.List;
import java.util.Optional;

/** Converts a user agent to a name that the author recognises. */
final class UserAgentName {

    /** Names in the order of the search, because many user agents contain the names of other browsers. */
    private static final List<String> BROWSERS = List.of("Firefox", "Edg", "OPR", "Chrome", "Safari", "curl");

    private static final List<String> SYSTEMS = List.of("Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux");

    private UserAgentName() {}

    /** Returns a name such as {@code Firefox, Linux}; the user agent itself if it contains no known name. */
    static String name(String userAgent) {
        if (userAgent.isBlank()) {
            return "Unnamed program";
        }
        Optional<String> browser = BROWSERS.stream().filter(userAgent::contains).findFirst();
        Optional<String> system = SYSTEMS.stream().filter(userAgent::contains).findFirst();
        return browser.map(UserAgentName::spelled)
                .map(name -> system.map(on -> name + ", " + spelled(on)).orElse(name))
                .orElse(userAgent);
    }

    private static String spelled(String name) {
        return switch (name) {
            case "Edg" -> "Edge";
            case "OPR" -> "Opera";
            case "Mac OS X" -> "macOS";
            default -> name;
        };
    }
}
