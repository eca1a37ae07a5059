package io.katapult.benchmark;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Generates pages of API tokens like those of the real server, always the same. */
final class Tokens {
  private static final String[] NAMES = {
    "Continuous deployment", "Nightly audit", "Café ☕ kiosk", "DNS updater", "Terraform", "Backup of the office",
    "Monitoring", "Load test", "Invoices, read only", "Zoë's laptop"
  };
  private static final String[] SCOPES = {
    "virtual_machines", "virtual_machines:read", "disks", "load_balancers", "api_tokens", "api_tokens:read",
    "organizations:read", "dns_zones", "dns_records", "networks", "networks:read", "security_groups", "projects",
    "file_storage", "object_storage:read", "ssh_keys"
  };
  private static final String[] ADDRESSES = {
    "192.0.2.10", "198.51.100.0/24", "2001:db8::/32", "203.0.113.7", "192.0.2.64/26", "2001:db8:0:1::53"
  };
  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private Tokens() {}

  /** The ID of a token, counted from 0. */
  static String id(int token) {
    return id(random(token));
  }

  /** One page, counted from 1. */
  static byte[] page(int page, int perPage, int total) {
    int first = Math.min(total, (page - 1) * perPage);
    int last = Math.min(total, first + perPage);
    StringBuilder json = new StringBuilder(128 + 320 * (last - first));
    json.append("{\"pagination\":{\"current_page\":").append(page);
    json.append(",\"total_pages\":").append((total + perPage - 1) / perPage);
    json.append(",\"total\":").append(total).append(",\"per_page\":").append(perPage);
    json.append(",\"large_set\":false},\"api_tokens\":[");
    for (int token = first; token < last; token++) {
      append(json.append(token == first ? "" : ","), token);
    }
    return json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static Random random(int token) {
    return new Random(token * 0x9e3779b97f4a7c15L + 6);
  }

  private static String id(Random random) {
    StringBuilder id = new StringBuilder("apitoken_");
    for (int i = 0; i < 16; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return id.toString();
  }

  private static void append(StringBuilder json, int token) {
    Random random = random(token);
    json.append("{\"id\":\"").append(id(random));
    json.append("\",\"name\":\"").append(NAMES[random.nextInt(NAMES.length)]);
    if (random.nextBoolean()) {
      json.append(' ').append(token);
    }
    json.append("\",\"organization_id\":\"org_PcwJVbT0lQXaFz2N\",\"authorized_ip_addresses\":");
    strings(json, random, ADDRESSES, random.nextInt(4));
    json.append(",\"expires_at\":").append(random.nextInt(3) == 0 ? "null" : 1767225600L + random.nextInt(1 << 30));
    json.append(",\"rate_limit\":").append(random.nextInt(3) == 0 ? 200 : 1000);
    json.append(",\"scopes\":");
    strings(json, random, SCOPES, 1 + random.nextInt(6));
    json.append(",\"secret\":null}");
  }

  private static void strings(StringBuilder json, Random random, String[] values, int count) {
    json.append('[');
    int next = random.nextInt(values.length);
    for (int i = 0; i < count; i++) {
      json.append(i == 0 ? "\"" : ",\"").append(values[(next + i) % values.length]).append('"');
    }
    json.append(']');
  }
}
