-- Sends tool calls in a closed loop, checks every reply, and measures a window inside the run.
--
--   wrk -t1 -c<clients> -d<limit>s -s check-replies.lua <url> -- <window.lua>
--
-- The file <window.lua> returns a table (see load-window.ts). After the window no further call is sent;
-- when the last open call is answered, the figures are printed and the program ends. So no call is ever
-- cut off, and the sum of what was paid can be compared with the books to the last unit.
local ffi = require("ffi")
local bit = require("bit")
ffi.cdef [[
typedef struct { long s; long ns; } bench_time;
int clock_gettime(int clock, bench_time *time);
]]
local CLOCK_MONOTONIC = 1
-- Ids have seven digits from first to last, so that every request has the same length.
local FIRST_ID = 1000000

local now = ffi.new("bench_time")
local function clock(id)
  if ffi.C.clock_gettime(id, now) ~= 0 then return 0 end
  return tonumber(now.s) + tonumber(now.ns) / 1e9
end

-- CPU seconds of a whole process, all threads: Linux names its clock by the inverted process id.
local function cpu_of(pid)
  return clock(bit.bor(bit.lshift(bit.bnot(pid), 3), 2))
end

local window
local sent, answered, in_window, wrong = 0, 0, 0, 0
local first_wrong
local start_s, from_s, to_s
local sent_at, latencies = {}, {}
local cpu_from, cpu_to

local function read_cpu()
  local groups = {}
  for index, pids in ipairs(window.groups) do
    groups[index] = {}
    for _, pid in ipairs(pids) do groups[index][pid] = cpu_of(pid) end
  end
  return groups
end

-- What a group used between two looks; a process that ended meanwhile has no clock any more, and counts as idle.
local function cpu_between(from, to)
  local sum = 0
  for pid, before in pairs(from) do sum = sum + math.max(0, to[pid] - before) end
  return sum
end

function init(args)
  window = dofile(args[1])
end

local requests_count
local is_verified = false
function request()
  -- wrk asks once for a request that it only looks at.
  if not is_verified then
    is_verified = true
    return window.idle
  end
  local at = clock(CLOCK_MONOTONIC)
  if start_s == nil then
    start_s = at
    from_s = at + window.warmup_s
    to_s = from_s + window.window_s
    requests_count = #window.requests
  end
  if at >= to_s then return window.idle end
  local number = sent
  sent = sent + 1
  sent_at[number] = at
  local parts = window.requests[number % requests_count + 1]
  return parts[1] .. (FIRST_ID + number) .. parts[2]
end

local function print_json()
  table.sort(latencies)
  local function percentile(share)
    return latencies[math.max(1, math.ceil(#latencies * share))] or 0
  end
  local cpu = {}
  for index, to in ipairs(cpu_to or {}) do
    cpu[index] = string.format("%.9f", cpu_between(cpu_from[index], to))
  end
  local text = string.gsub(first_wrong or "", '[%c"\\]', " ")
  print(string.format(
    'BENCH {"sent":%d,"answered":%d,"wrong":%d,"inWindow":%d,"windowS":%.6f,"p50Ms":%.6f,"p99Ms":%.6f,"cpuS":[%s],"firstWrong":"%s"}',
    sent, answered, wrong, in_window, window.window_s,
    percentile(0.5) * 1000, percentile(0.99) * 1000, table.concat(cpu, ","), text))
end

-- The id that a reply answers, if it is one that waits, with exactly the result that was asked for.
local function answered_id(status, body)
  local id = tonumber(string.match(body, '"id":(%d+)') or "")
  if id == nil or sent_at[id - FIRST_ID] == nil then return nil, false end
  if status ~= 200 then return id, false end
  if window.exact ~= nil then
    return id, body == window.exact[1] .. id .. window.exact[2]
  end
  for _, needle in ipairs(window.needles) do
    if string.find(body, needle, 1, true) == nil then return id, false end
  end
  return id, string.find(body, '"error":', 1, true) == nil
end

function response(status, headers, body)
  local at = clock(CLOCK_MONOTONIC)
  local id, is_right = answered_id(status, body)
  if id == nil then
    -- After the window idle requests are answered, too.
    if at < to_s then
      wrong = wrong + 1
      first_wrong = first_wrong or (status .. " " .. string.sub(body, 1, 400))
    end
  else
    local number = id - FIRST_ID
    if not is_right then
      wrong = wrong + 1
      first_wrong = first_wrong or (status .. " " .. string.sub(body, 1, 400))
    end
    answered = answered + 1
    if at >= from_s and cpu_from == nil then cpu_from = read_cpu() end
    if at >= from_s and at < to_s then
      in_window = in_window + 1
      latencies[in_window] = at - sent_at[number]
    end
    sent_at[number] = nil
  end
  if at >= to_s then
    if cpu_to == nil and cpu_from ~= nil then cpu_to = read_cpu() end
    if answered == sent then
      print_json()
      os.exit(0)
    end
  end
end

-- Reached only when a call was never answered.
function done(summary)
  local errors = summary.errors
  print(string.format('BENCH-UNANSWERED {"connect":%d,"read":%d,"write":%d,"timeout":%d}',
    errors.connect, errors.read, errors.write, errors.timeout))
end
