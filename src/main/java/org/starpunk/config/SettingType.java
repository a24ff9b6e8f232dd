package org.starpunk.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Type of a setting's value.
 *
 * @param allowed description of the allowed values, which can follow "allowed: "
 * @param parser parses a value; throws {@link IllegalArgumentException} if it is not allowed
 * @param secret whether values are masked
 */
record SettingType<T>(String allowed, Parser<T> parser, boolean secret) {

    SettingType(String allowed, Parser<T> parser) {
        this(allowed, parser, false);
    }

    interface Parser<T> {
        T parse(String text);
    }

    static final SettingType<Boolean> BOOLEAN = new SettingType<>("true or false", SettingType::parseBoolean);
    static final SettingType<Path> FOLDER = new SettingType<>("a path", SettingType::parsePath);
    static final SettingType<String> SECRET =
            new SettingType<>("20 to 200 characters without spaces", SettingType::parseSecret, true);
    static final SettingType<String> URL = new SettingType<>("an http:// or https:// URL", SettingType::parseUrl);
    static final SettingType<String> SECRET_URL =
            new SettingType<>("an http:// or https:// URL", SettingType::parseUrl, true);
    static final SettingType<Double> SHARE = new SettingType<>("a number from 0.0 to 1.0", SettingType::parseRate);
    static final SettingType<String> PASSWORD =
            new SettingType<>("1 to 1000 characters", SettingType::parsePassword, true);
    static final SettingType<String> DATABASE_URL = new SettingType<>(
            "jdbc:postgresql://host:port/database?user=name, without a password: that is STARPUNK_DATABASE_PASSWORD",
            SettingType::parseDatabaseUrl);
    static final SettingType<String> BASE_URL =
            new SettingType<>("http:// or https://, a host, and optionally a port; no path", SettingType::parseBaseUrl);
    static final SettingType<Listen> LISTEN =
            new SettingType<>("host:port, with a port from 0 (a free one) to 65535; IPv6 as [::1]:8080", Listen::parse);
    static final SettingType<Listen> ONE_ADDRESS = new SettingType<>(
            "address:port of one network interface, not of all (0.0.0.0 or ::); IPv6 as [::1]:5701", Listen::parseOne);
    static final SettingType<List<Listen>> MEMBERS = new SettingType<>(
            "host:port of each node, separated by commas",
            text -> Arrays.stream(text.split(",", -1))
                    .map(part -> Listen.parseOne(part.strip()))
                    .toList());
    static final SettingType<ZoneId> TIME_ZONE = new SettingType<>(
            TimeZoneNames.ALLOWED,
            text -> TimeZoneNames.parse(text).orElseThrow(() -> new IllegalArgumentException("not allowed")));
    static final SettingType<String> NODE_NAME = new SettingType<>(
            "1 to 40 of the characters A-Z a-z 0-9 . _ -, but not the word all", SettingType::parseNodeName);
    static final SettingType<List<String>> NETWORKS =
            new SettingType<>("IP addresses or CIDR ranges, separated by commas", SettingType::parseNetworks);
    static final SettingType<Map<String, Double>> RATES = new SettingType<>(
            "a number from 0.0 to 1.0, or one for each type: database=0.1,http=1,render=0.5", SettingType::parseRates);

    private static final List<String> OPERATION_TYPES = List.of("database", "http", "render");

    static SettingType<String> oneOf(String... words) {
        List<String> all = List.of(words);
        return new SettingType<>(
                String.join(", ", all.subList(0, all.size() - 1)) + " or " + all.get(all.size() - 1), text -> {
                    String word = text.toLowerCase(Locale.ROOT);
                    require(all.contains(word));
                    return word;
                });
    }

    static SettingType<Long> wholeNumber(long min, long max) {
        return new SettingType<>("a whole number from " + min + " to " + max, text -> {
            long number = Long.parseLong(text);
            require(number >= min && number <= max);
            return number;
        });
    }

    static SettingType<Duration> seconds(double min, double max) {
        return new SettingType<>("seconds, a number from " + plain(min) + " to " + plain(max), text -> {
            double seconds = Double.parseDouble(text);
            require(seconds >= min && seconds <= max);
            return Duration.ofNanos(Math.round(seconds * 1e9));
        });
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    private static boolean parseBoolean(String text) {
        String word = text.toLowerCase(Locale.ROOT);
        require(word.equals("true") || word.equals("false"));
        return word.equals("true");
    }

    private static Path parsePath(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String parseNodeName(String text) {
        require(text.matches("[A-Za-z0-9._-]{1,40}") && !text.equals("all"));
        return text;
    }

    private static String parseSecret(String text) {
        require(text.length() >= 20 && text.length() <= 200 && text.chars().noneMatch(Character::isWhitespace));
        return text;
    }

    private static String parseUrl(String text) {
        try {
            URI uri = new URI(text);
            require("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
            require(uri.getHost() != null && uri.getUserInfo() == null && uri.getPort() <= 65_535);
            return text;
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String parsePassword(String text) {
        require(!text.isEmpty() && text.length() <= 1000);
        return text;
    }

    /**
     * Refuses a URL with a password, because the URL is printed. The driver would treat a password before the host as
     * part of the host name.
     */
    private static String parseDatabaseUrl(String text) {
        String prefix = "jdbc:postgresql:";
        require(text.startsWith(prefix) && text.length() > prefix.length());
        require(!text.contains("@") && !text.toLowerCase(Locale.ROOT).contains("password="));
        return text;
    }

    /**
     * Returns the address in lower case, without a trailing slash and without the scheme's default port, so that a site
     * has one address.
     */
    private static String parseBaseUrl(String text) {
        String url = (text.endsWith("/") ? text.substring(0, text.length() - 1) : text).toLowerCase(Locale.ROOT);
        try {
            URI uri = new URI(url);
            require("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
            require(uri.getHost() != null && uri.getUserInfo() == null && uri.getPort() <= 65_535);
            require(uri.getRawPath().isEmpty() && uri.getRawQuery() == null && uri.getRawFragment() == null);
            boolean standard = uri.getPort() == ("https".equals(uri.getScheme()) ? 443 : 80);
            return standard ? url.substring(0, url.lastIndexOf(':')) : url;
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static List<String> parseNetworks(String text) {
        List<String> networks =
                Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        networks.forEach(SettingType::requireNetwork);
        return networks;
    }

    private static void requireNetwork(String network) {
        int slash = network.indexOf('/');
        int bytes = addressBytes(slash < 0 ? network : network.substring(0, slash));
        if (slash >= 0) {
            int bits = Integer.parseInt(network.substring(slash + 1));
            require(bits >= 0 && bits <= bytes * 8);
        }
    }

    /**
     * Returns the number of bytes of an IP address. Only text in the form of an address is passed to the JDK, which
     * would resolve a host name.
     */
    private static int addressBytes(String address) {
        require(address.contains(":") || address.matches("\\d{1,3}(\\.\\d{1,3}){3}"));
        try {
            return InetAddress.getByName(address).getAddress().length;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Map<String, Double> parseRates(String text) {
        Map<String, Double> rates = new TreeMap<>();
        if (!text.contains("=")) {
            double rate = parseRate(text);
            OPERATION_TYPES.forEach(type -> rates.put(type, rate));
            return rates;
        }
        OPERATION_TYPES.forEach(type -> rates.put(type, 1.0));
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            require(equals > 0);
            String type = part.substring(0, equals).strip();
            require(OPERATION_TYPES.contains(type));
            rates.put(type, parseRate(part.substring(equals + 1)));
        }
        return rates;
    }

    private static double parseRate(String text) {
        double rate = Double.parseDouble(text.strip());
        require(rate >= 0.0 && rate <= 1.0);
        return rate;
    }

    static void require(boolean allowed) {
        if (!allowed) {
            throw new IllegalArgumentException("not allowed");
        }
    }

    /** A host and a port. */
    record Listen(String host, int port) {

        /** Parses the address of a single interface with a fixed port. */
        static Listen parseOne(String text) {
            Listen listen = parse(text);
            require(listen.port > 0 && !List.of("0.0.0.0", "::", "*").contains(listen.host));
            return listen;
        }

        static Listen parse(String text) {
            int colon = text.lastIndexOf(':');
            require(colon > 0);
            String host = text.substring(0, colon);
            boolean bracketed = host.startsWith("[") && host.endsWith("]");
            require(bracketed || !host.contains(":"));
            int port = Integer.parseInt(text.substring(colon + 1));
            require(port >= 0 && port <= 65_535);
            return new Listen(bracketed ? host.substring(1, host.length() - 1) : host, port);
        }

        @Override
        public String toString() {
            return (host.contains(":") ? '[' + host + ']' : host) + ':' + port;
        }
    }
}
