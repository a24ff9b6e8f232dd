package org.starpunk.archive;

import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** Replaces embedded elements of other sites, such as players and frames, by links, because notes do not show them. */
final class EmbedLinkReplacer {

    private static final Pattern ANY =
            Pattern.compile("<(?:iframe|video|audio|embed|object)\\b", Pattern.CASE_INSENSITIVE);

    private EmbedLinkReplacer() {}

    static String toLinks(String html, Consumer<String> remarks) {
        if (!ANY.matcher(html).find()) {
            return html;
        }
        Document document = Jsoup.parseBodyFragment(html);
        document.outputSettings().prettyPrint(false);
        for (Element embed : document.select("iframe, video, audio, embed, object")) {
            String url = address(embed);
            if (url.isBlank()) {
                remarks.accept("it has a <" + embed.normalName() + "> without an address, which is not shown");
                embed.remove();
            } else {
                remarks.accept("it embeds " + url + ", which is a link now");
                Element link = new Element("a").attr("href", url).text(url);
                boolean inParagraph = embed.closest("p") != null;
                embed.replaceWith(inParagraph ? link : new Element("p").appendChild(link));
            }
        }
        return document.body().html().strip();
    }

    private static String address(Element embed) {
        String url = embed.hasAttr("src") ? embed.attr("src") : embed.attr("data");
        Element source = embed.selectFirst("source[src], embed[src]");
        url = url.isBlank() && source != null ? source.attr("src") : url;
        return url.startsWith("//") ? "https:" + url : url;
    }
}
