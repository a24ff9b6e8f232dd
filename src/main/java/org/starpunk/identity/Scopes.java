package org.starpunk.identity;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Scopes of a token. Names are compared exactly, so {@code Create} is not {@code create}. Unknown names are retained
 * (Micropub §5.4).
 *
 * @param names in the order of the request, without duplicates
 */
public record Scopes(Set<String> names) {

    public static final String CREATE = "create";
    public static final String UPDATE = "update";
    public static final String DELETE = "delete";
    public static final String UNDELETE = "undelete";
    public static final String MEDIA = "media";

    /** Scope for reading the monitor's metrics. Only the command line grants it; an app cannot obtain it. */
    public static final String METRICS = "metrics";

    public static final String PROFILE = "profile";
    public static final String EMAIL = "email";

    /** Scopes that a Micropub client may request, in the order in which pages list them. */
    public static final List<String> MICROPUB = List.of(CREATE, UPDATE, DELETE, UNDELETE, MEDIA);

    public Scopes {
        names = Collections.unmodifiableSet(new LinkedHashSet<>(names));
    }

    /** Parses a list separated by spaces (RFC 6749 §3.3). */
    public static Scopes parse(String text) {
        return of(Arrays.stream(text.split(" ")).filter(name -> !name.isEmpty()).toList());
    }

    public static Scopes of(Collection<String> names) {
        return new Scopes(new LinkedHashSet<>(names));
    }

    public boolean has(String name) {
        return names.contains(name);
    }

    public boolean isEmpty() {
        return names.isEmpty();
    }

    /** Returns the scopes that are also in {@code chosen}. */
    public Scopes only(Collection<String> chosen) {
        return of(names.stream().filter(chosen::contains).toList());
    }

    /** Returns these scopes without one name. */
    public Scopes without(String name) {
        return of(names.stream().filter(other -> !other.equals(name)).toList());
    }

    /** Returns whether RFC 6749 §3.3 allows every character in a scope. */
    public static boolean valid(String text) {
        return text.chars().allMatch(c -> c == ' ' || c == '!' || (c >= '#' && c <= '~' && c != '\\'));
    }

    /** Returns the names separated by spaces. */
    @Override
    public String toString() {
        return names.stream().collect(Collectors.joining(" "));
    }
}
