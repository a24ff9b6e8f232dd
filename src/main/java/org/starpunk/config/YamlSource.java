package org.starpunk.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.starpunk.config.ConfigurationSource.WrittenValue;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads a YAML file as nodes instead of objects, because a node has its line and original text. Converts the list or
 * map of a known key to the notation of the environment: {@code a,b} and {@code a=1,b=2}.
 */
final class YamlSource {

    private static final Set<String> KNOWN =
            SettingKeys.all().stream().map(SettingKey::path).collect(Collectors.toUnmodifiableSet());

    private final Path file;
    private final List<ConfigurationProblem> problems;
    private final Map<String, WrittenValue> written = new LinkedHashMap<>();

    private YamlSource(Path file, List<ConfigurationProblem> problems) {
        this.file = file;
        this.problems = problems;
    }

    static ConfigurationSource read(Path file, List<ConfigurationProblem> problems) {
        YamlSource source = new YamlSource(file, problems);
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        try (Reader reader = Files.newBufferedReader(file)) {
            Node root = new Yaml(options).compose(reader);
            if (root != null) {
                source.walk("", root);
            }
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            problems.add(new ConfigurationProblem(
                    file.toString(), null, file + ":" + line, "It is not valid YAML: " + e.getProblem() + "."));
        } catch (YAMLException | IOException e) {
            problems.add(
                    new ConfigurationProblem(file.toString(), null, "file", "It cannot be read: " + e.getMessage()));
        }
        return new ConfigurationSource(source.written);
    }

    private void walk(String path, Node node) {
        if (KNOWN.contains(path) || node instanceof ScalarNode) {
            readEntry(path, node);
        } else if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                String name = text(tuple.getKeyNode());
                walk(path.isEmpty() ? name : path + '.' + name, tuple.getValueNode());
            }
        } else {
            readEntry(path, node);
        }
    }

    private void readEntry(String path, Node node) {
        String where = file + ":" + (node.getStartMark().getLine() + 1);
        if (node.getTag().equals(Tag.NULL)) {
            // "key:" without a value sets the default.
            return;
        }
        WrittenValue before = written.put(SettingKeys.nameOf(path), new WrittenValue(path, text(node), where));
        if (before != null) {
            problems.add(new ConfigurationProblem(
                    path, null, where, "It is also set in " + before.where() + ": remove one of them."));
        }
    }

    private static String text(Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        List<String> parts = new ArrayList<>();
        if (node instanceof SequenceNode sequence) {
            sequence.getValue().forEach(part -> parts.add(text(part)));
        } else if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(pair -> parts.add(text(pair.getKeyNode()) + '=' + text(pair.getValueNode())));
        }
        return String.join(",", parts);
    }
}
