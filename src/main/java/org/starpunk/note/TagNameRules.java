package org.starpunk.note;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rules for tag names: normalisation, and parsing of a list of names. */
public final class TagNameRules {

    private static final Pattern SPACE = Pattern.compile("[\\s\\p{Z}\\p{Cntrl}]+");
    private static final Pattern COMMA = Pattern.compile("[,，、]");

    /**
     * Characters that a slug cannot contain: all except letters, marks, digits, symbols and a few signs that
     * distinguish names.
     */
    private static final Pattern NON_TAG_CHARACTERS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}\\p{S}_.#&&[^<>|^`~=]]+");

    private static final Pattern ENDS = Pattern.compile("^[-.#]++|(?<![-.])[-.]++$");
    private static final Pattern HYPHENS = Pattern.compile("-{2,}");

    private TagNameRules() {}

    /**
     * Normalises a name for lookups and URLs. Names that differ only in case, white space, punctuation around words or
     * Unicode form are the same tag; {@code C}, {@code C#} and {@code C++} are three tags.
     *
     * @return the slug; empty if the name contains no allowed character
     */
    public static String normalise(String name) {
        String folded = fold(fold(name));
        String joined = HYPHENS.matcher(NON_TAG_CHARACTERS.matcher(folded).replaceAll("-"))
                .replaceAll("-");
        return ENDS.matcher(joined).replaceAll("");
    }

    /**
     * Returns the tag of a name, without a leading {@code #} and with single spaces; empty if no allowed character is
     * left.
     */
    public static Optional<Tag> tag(String written) {
        String name = SPACE.matcher(written).replaceAll(" ").strip();
        while (name.startsWith("#")) {
            name = name.substring(1).strip();
        }
        String slug = normalise(name);
        return slug.isEmpty() ? Optional.empty() : Optional.of(new Tag(slug, name));
    }

    /** Returns the tags of names without duplicates, in the order and spelling of their first occurrence. */
    public static List<Tag> tags(Iterable<String> names) {
        List<Tag> tags = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            tag(name).filter(tag -> seen.add(tag.slug())).ifPresent(tags::add);
        }
        return tags;
    }

    /** Parses a list such as {@code Vert.x, SQLite, notes}; null and an empty text have no tags. */
    public static List<Tag> parse(@Nullable String line) {
        return line == null ? List.of() : tags(List.of(COMMA.split(line)));
    }

    /** Formats tags as a list for {@link #parse}. */
    public static String line(List<Tag> tags) {
        return String.join(", ", tags.stream().map(Tag::name).toList());
    }

    private static String fold(String name) {
        return Normalizer.normalize(
                Normalizer.normalize(name, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT), Normalizer.Form.NFKC);
    }
}
