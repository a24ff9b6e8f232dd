-- Posts notes by Micropub. Args: the token, and the time of the first note, epoch seconds.
local token, second
local words = {}
for word in ("garden note river small light web page server morning quiet letter train window paper stone bread walk index "
  .. "feed reader cloud winter signal thread copper field memory story market orange bridge harbour simple tool table "
  .. "candle forest night rain summer road harvest north"):gmatch("%a+") do words[#words + 1] = word end
local tags = { "indieweb", "java", "garden", "books", "music", "travel", "photo", "code", "food", "notes" }

function init(args)
  token, second = args[1], tonumber(args[2])
  math.randomseed(second)
end

local function text()
  local said = {}
  for i = 1, 45 do said[i] = words[math.random(#words)] end
  said[20] = "**" .. said[20] .. "**"
  said[30] = "[" .. said[30] .. "](https://example.org/" .. math.random(100000) .. ")"
  return table.concat(said, " ")
end

function request()
  second = second + 420
  local first = math.random(#tags)
  local body = '{"type":["h-entry"],"properties":{"content":["' .. text() .. '"],"published":["'
    .. os.date("!%Y-%m-%dT%H:%M:%SZ", second) .. '"],"category":["' .. tags[first] .. '","'
    .. tags[first % #tags + 1] .. '"]}}'
  return wrk.format("POST", "/micropub",
    { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" }, body)
end
