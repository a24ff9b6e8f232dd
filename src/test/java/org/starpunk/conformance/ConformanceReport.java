package org.starpunk.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.starpunk.note.HtmlEscaper;

/** Report of the rows and their results: {@code target/conformance.html}. */
final class ConformanceReport {

    private final Map<String, List<ReportLine>> lines = new TreeMap<>();

    /** Result of a row that another test covers. */
    private static final String ELSEWHERE = "see this test";

    private record ReportLine(String id, String rule, String problem) {}

    synchronized void addElsewhere(String file, String id, String rule) {
        add(file, id, rule, ELSEWHERE);
    }

    synchronized void add(String file, String id, String rule, String problem) {
        lines.computeIfAbsent(file, unused -> new ArrayList<>()).add(new ReportLine(id, rule, problem));
    }

    synchronized void write(Path to) {
        long all = lines.values().stream()
                .flatMap(List::stream)
                .filter(line -> !line.problem().equals(ELSEWHERE))
                .count();
        long green = lines.values().stream()
                .flatMap(List::stream)
                .filter(line -> line.problem().isEmpty())
                .count();
        StringBuilder page = new StringBuilder("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">")
                .append(
                        "<title>StarPunk: conformance</title><style>body{font:15px/1.5 sans-serif;max-width:60rem;margin:2rem auto;")
                .append("padding:0 1rem}td{padding:.2rem .6rem;border-top:1px solid #ccc;vertical-align:top}")
                .append(".ok{color:#065}.no{color:#a00;font-weight:bold}pre{white-space:pre-wrap}</style>")
                .append("<h1>Conformance</h1><p>" + green + " of " + all + " cases pass.</p>");
        lines.forEach((file, list) -> section(page, file, list));
        try {
            Files.createDirectories(to.getParent());
            Files.writeString(to, page.append("</html>\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void section(StringBuilder page, String file, List<ReportLine> list) {
        page.append("<h2>").append(HtmlEscaper.escape(file)).append("</h2><table>");
        for (ReportLine line : list) {
            String problem = line.problem();
            page.append("<tr><td>").append(HtmlEscaper.escape(line.id())).append("<td>");
            page.append(HtmlEscaper.escape(line.rule()));
            if (problem.equals(ELSEWHERE)) {
                page.append("<td>").append(ELSEWHERE);
            } else {
                page.append(
                        problem.isEmpty()
                                ? "<td class=ok>pass"
                                : "<td class=no>fail<pre>" + HtmlEscaper.escape(problem) + "</pre>");
            }
        }
        page.append("</table>");
    }
}
