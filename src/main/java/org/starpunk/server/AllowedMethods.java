package org.starpunk.server;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Methods that each path of the router allows, for the header {@code Allow} (RFC 9110, section 10.2.1). */
final class AllowedMethods {

    /** Key in the metadata of a route that only prepares the request for later routes. */
    static final String FILTER = "org.starpunk.server.filter";

    private static final Pattern PARAMETER = Pattern.compile(":[A-Za-z0-9_]+");

    private final List<AllowedMethodRule> rules = new ArrayList<>();

    private record AllowedMethodRule(Pattern path, Set<HttpMethod> methods) {}

    /** @param router router with all of its routes */
    AllowedMethods(Router router) {
        for (Route route : router.getRoutes()) {
            Set<HttpMethod> methods = route.methods();
            if (methods != null && !methods.isEmpty() && route.getPath() != null && route.getMetadata(FILTER) == null) {
                rules.add(new AllowedMethodRule(pattern(route, String.valueOf(route.getPath())), methods));
            }
        }
    }

    /** Returns a pattern for the paths that a route matches. A parameter matches one segment; a slash may follow. */
    private static Pattern pattern(Route route, String path) {
        boolean open = (!route.isExactPath() && !route.isRegexPath()) || path.endsWith("*");
        String stem = path.endsWith("*") ? path.substring(0, path.length() - 1) : path;
        StringBuilder regex = new StringBuilder();
        int done = 0;
        Matcher parameter = PARAMETER.matcher(stem);
        while (parameter.find()) {
            regex.append(Pattern.quote(stem.substring(done, parameter.start()))).append("[^/]+");
            done = parameter.end();
        }
        regex.append(Pattern.quote(stem.substring(done)));
        return Pattern.compile(regex.append(open ? ".*" : "/?").toString());
    }

    /** Returns the methods of a normalized path, by name, with {@code OPTIONS}; empty if no route has the path. */
    Collection<String> of(String path) {
        TreeSet<String> names = new TreeSet<>();
        for (AllowedMethodRule rule : rules) {
            if (rule.path.matcher(path).matches()) {
                rule.methods.forEach(method -> names.add(method.name()));
            }
        }
        return withOptions(names);
    }

    /** Returns the methods of all routes. */
    Collection<String> ofSite() {
        TreeSet<String> names = new TreeSet<>();
        rules.forEach(rule -> rule.methods.forEach(method -> names.add(method.name())));
        return withOptions(names);
    }

    private static Collection<String> withOptions(Set<String> names) {
        if (!names.isEmpty()) {
            names.add(HttpMethod.OPTIONS.name());
        }
        return names;
    }
}
