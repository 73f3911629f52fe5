-- wrk's requests: the addresses of a file, one a line, each once, from one on.
-- After the last it begins again; the caller looks at how many were asked.
local paths, at = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    paths[#paths + 1] = line
  end
  at = tonumber(args[2])
end

function request()
  at = at + 1
  return wrk.format("GET", paths[(at - 1) % #paths + 1])
end
