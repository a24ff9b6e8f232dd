package org.starpunk.admin;

import java.util.List;
import java.util.Optional;

/** Names a browser so that its owner recognises it. */
final class UserAgentName {

    /** In this order: many browsers name others before themselves. */
    private static final List<String> BROWSERS = List.of("Firefox", "Edg", "OPR", "Chrome", "Safari", "curl");

    private static final List<String> SYSTEMS = List.of("Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux");

    private UserAgentName() {}

    /** {@code Firefox, Linux}, or the text itself when nothing in it is known. */
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
