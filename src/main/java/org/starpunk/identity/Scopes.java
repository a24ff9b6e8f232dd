package org.starpunk.identity;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a token allows, by exact names: {@code undelete} is not {@code delete}, {@code Create} is not {@code create}. Names that
 * this server does not know are kept as they are (Micropub §5.4).
 *
 * @param names in the order in which they were asked for, without doubles
 */
public record Scopes(Set<String> names) {

    public static final String CREATE = "create";
    public static final String UPDATE = "update";
    public static final String DELETE = "delete";
    public static final String UNDELETE = "undelete";
    public static final String MEDIA = "media";
    public static final String PROFILE = "profile";
    public static final String EMAIL = "email";

    /** What a Micropub client may ask for, in the order in which a page shows it. */
    public static final List<String> MICROPUB = List.of(CREATE, UPDATE, DELETE, UNDELETE, MEDIA);

    private static final Set<String> IDENTITY = Set.of(PROFILE, EMAIL);

    public Scopes {
        names = Collections.unmodifiableSet(new LinkedHashSet<>(names));
    }

    /** Reads a list separated by spaces (RFC 6749 §3.3). */
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

    /** Those of these that are chosen. */
    public Scopes only(Collection<String> chosen) {
        return of(names.stream().filter(chosen::contains).toList());
    }

    /** Whether every character is one that RFC 6749 §3.3 allows in a scope. */
    public static boolean valid(String text) {
        return text.chars().allMatch(c -> c == ' ' || c == '!' || (c >= '#' && c <= '~' && c != '\\'));
    }

    /** Whether something is left that a token is good for: profile and e-mail come with the answer itself. */
    public boolean needToken() {
        return names.stream().anyMatch(name -> !IDENTITY.contains(name));
    }

    /** Separated by spaces. */
    @Override
    public String toString() {
        return names.stream().collect(Collectors.joining(" "));
    }
}
