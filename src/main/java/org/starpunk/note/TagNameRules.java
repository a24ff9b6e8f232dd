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

/** The rules for tags' names: which are the same tag, and how a line of them is read. */
public final class TagNameRules {

    private static final Pattern SPACE = Pattern.compile("[\\s\\p{Z}\\p{Cntrl}]+");
    private static final Pattern COMMA = Pattern.compile("[,，、]");

    /** What cannot stand in a tag's address: all but letters, marks, digits, symbols and a few signs that tell names apart. */
    private static final Pattern NON_TAG_CHARACTERS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}\\p{S}_.#&&[^<>|^`~=]]+");

    private static final Pattern ENDS = Pattern.compile("^[-.#]++|(?<![-.])[-.]++$");
    private static final Pattern HYPHENS = Pattern.compile("-{2,}");

    private TagNameRules() {}

    /**
     * The normalised name: what a tag is looked up by and what stands in its address. Names that differ in case, in white space, in
     * punctuation around words or in Unicode's form only are one tag; {@code C}, {@code C#} and {@code C++} are three.
     *
     * @return the slug, empty when the name has nothing that can stand in one
     */
    public static String normalise(String name) {
        String folded = fold(fold(name));
        String joined = HYPHENS.matcher(NON_TAG_CHARACTERS.matcher(folded).replaceAll("-"))
                .replaceAll("-");
        return ENDS.matcher(joined).replaceAll("");
    }

    /** The tag of a name: shown as written, without a leading {@code #} and with single spaces; empty when nothing is left of it. */
    public static Optional<Tag> tag(String written) {
        String name = SPACE.matcher(written).replaceAll(" ").strip();
        while (name.startsWith("#")) {
            name = name.substring(1).strip();
        }
        String slug = normalise(name);
        return slug.isEmpty() ? Optional.empty() : Optional.of(new Tag(slug, name));
    }

    /** The tags of names, each tag once, in the order and the spelling in which it first comes. */
    public static List<Tag> tags(Iterable<String> names) {
        List<Tag> tags = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            tag(name).filter(tag -> seen.add(tag.slug())).ifPresent(tags::add);
        }
        return tags;
    }

    /** The tags of a line such as {@code Vert.x, SQLite, notes}; null and an empty line have none. */
    public static List<Tag> parse(@Nullable String line) {
        return line == null ? List.of() : tags(List.of(COMMA.split(line)));
    }

    /** Tags as a line that {@link #parse} reads again. */
    public static String line(List<Tag> tags) {
        return String.join(", ", tags.stream().map(Tag::name).toList());
    }

    private static String fold(String name) {
        return Normalizer.normalize(
                Normalizer.normalize(name, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT), Normalizer.Form.NFKC);
    }
}
