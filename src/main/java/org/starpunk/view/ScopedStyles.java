package org.starpunk.view;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Restricts the style sheet of public pages to one element by nesting its rules (CSS Nesting), so that the composer's
 * preview looks like the public page. Rules for the root element apply to that element, and lengths relative to the
 * root font size become pixels.
 */
final class ScopedStyles {

    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL);

    /** Rules that cannot be nested. */
    private static final Pattern STATEMENT = Pattern.compile("@(?:import|charset|namespace)\\b[^;]*;");

    private static final Pattern FONT_FACE = Pattern.compile("@font-face\\s*\\{[^}]*}");
    private static final Pattern ROOT = Pattern.compile("(?<=^|[\\s{},]):root\\b|(?<=^|[\\s{},])html(?=[\\s{,:.\\[])");
    private static final Pattern ROOT_SIZE = Pattern.compile("(?:font|font-size):\\s*([0-9.]+)%");

    /**
     * Condition of a media query, in which {@code rem} refers to the browser's font size and stays unchanged; or a
     * length.
     */
    private static final Pattern LENGTH = Pattern.compile("@[^{;]*\\{|(?<![\\w.-])([0-9]*\\.?[0-9]+)rem\\b");

    private static final BigDecimal BROWSER_SIZE = BigDecimal.valueOf(16);

    private ScopedStyles() {}

    /**
     * Returns the style sheet for the content of one element.
     *
     * @param css complete style sheet
     * @param scope selector of the element
     * @param rootSize root font size in pixels, if the style sheet does not set it in percent
     */
    static String of(String css, String scope, BigDecimal rootSize) {
        String plain = STATEMENT.matcher(COMMENT.matcher(css).replaceAll(" ")).replaceAll("");
        StringBuilder fonts = new StringBuilder();
        FONT_FACE
                .matcher(plain)
                .results()
                .forEach(font -> fonts.append(font.group()).append('\n'));
        plain = ROOT.matcher(FONT_FACE.matcher(plain).replaceAll("")).replaceAll("&");
        BigDecimal size = rootSize(plain, rootSize);
        plain = ROOT_SIZE
                .matcher(plain)
                .replaceFirst(found -> found.group().substring(0, found.group().indexOf(':')) + ": "
                        + size.stripTrailingZeros().toPlainString() + "px");
        plain = LENGTH.matcher(plain).replaceAll(found -> Matcher.quoteReplacement(length(found, size)));
        return fonts + scope + " {\n" + plain.strip() + "\n}\n";
    }

    /** Returns the root font size in pixels if the style sheet sets it in percent; otherwise the given one. */
    static BigDecimal rootSize(String css, BigDecimal otherwise) {
        Matcher percent = ROOT_SIZE.matcher(css);
        return percent.find()
                ? new BigDecimal(percent.group(1)).multiply(BROWSER_SIZE).movePointLeft(2)
                : otherwise;
    }

    private static String length(MatchResult found, BigDecimal size) {
        String number = found.group(1);
        if (number == null) {
            return found.group();
        }
        BigDecimal pixels = new BigDecimal(number).multiply(size).setScale(3, RoundingMode.HALF_UP);
        return pixels.stripTrailingZeros().toPlainString() + "px";
    }
}
