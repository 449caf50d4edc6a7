// SPDX-License-Identifier: Apache-2.0

/// Vectors that every board checks itself with; made by `Tests/scripts/choose-vectors`.
enum ChosenVectors {
  static let json = """
    {"groups":{"alpha_from_tau":{"cases":[{"profile":"pi-zero","dt":0.001,"tau":0.01,"alpha":0\
    .09516258196404043,"tau_max":1.0,"alpha_max":0.0009995001666250085},{"profile":"pi-zero","\
    dt":0.01,"tau":0.01,"alpha":0.6321205588285577,"tau_max":1.0,"alpha_max":0.009950166250831\
    947},{"profile":"pi-zero","dt":0.1,"tau":0.01,"alpha":0.9999546000702375,"tau_max":1.0,"al\
    pha_max":0.09516258196404043},{"profile":"pi-zero","dt":1.0,"tau":0.01,"alpha":1.0,"tau_ma\
    x":1.0,"alpha_max":0.6321205588285577},{"profile":"pi-2","dt":0.001,"tau":60.0,"alpha":1.6\
    66652777854938e-05,"tau_max":3600.0,"alpha_max":2.7777773919753443e-07},{"profile":"pi-2",\
    "dt":0.01,"tau":60.0,"alpha":0.00016665277854935057,"tau_max":3600.0,"alpha_max":2.7777739\
    197566586e-06},{"profile":"pi-2","dt":0.1,"tau":60.0,"alpha":0.0016652785490613212,"tau_ma\
    x":3600.0,"alpha_max":2.7777391978880864e-05},{"profile":"pi-2","dt":1.0,"tau":60.0,"alpha\
    ":0.016528546178382512,"tau_max":3600.0,"alpha_max":0.00027773920110286124},{"profile":"pi\
    -4","dt":0.001,"tau":1.0,"alpha":0.0009995001666250085,"tau_max":60.0,"alpha_max":1.666652\
    777854938e-05},{"profile":"pi-4","dt":0.01,"tau":1.0,"alpha":0.009950166250831947,"tau_max\
    ":60.0,"alpha_max":0.00016665277854935057},{"profile":"pi-4","dt":0.1,"tau":1.0,"alpha":0.\
    09516258196404043,"tau_max":60.0,"alpha_max":0.0016652785490613212},{"profile":"pi-4","dt"\
    :1.0,"tau":1.0,"alpha":0.6321205588285577,"tau_max":60.0,"alpha_max":0.016528546178382512}\
    ,{"profile":"mac-mini","dt":0.001,"tau":0.1,"alpha":0.009950166250831947,"tau_max":600.0,"\
    alpha_max":1.6666652777785493e-06},{"profile":"mac-mini","dt":0.01,"tau":0.1,"alpha":0.095\
    16258196404041,"tau_max":600.0,"alpha_max":1.666652777854938e-05},{"profile":"mac-mini","d\
    t":0.1,"tau":0.1,"alpha":0.6321205588285577,"tau_max":600.0,"alpha_max":0.0001666527785493\
    506},{"profile":"mac-mini","dt":1.0,"tau":0.1,"alpha":0.9999546000702375,"tau_max":600.0,"\
    alpha_max":0.0016652785490613212},{"profile":"cloud","dt":0.001,"tau":0.001,"alpha":0.6321\
    205588285577,"tau_max":10.0,"alpha_max":9.999500016666251e-05},{"profile":"cloud","dt":0.0\
    1,"tau":0.001,"alpha":0.9999546000702375,"tau_max":10.0,"alpha_max":0.0009995001666250085}\
    ,{"profile":"cloud","dt":0.1,"tau":0.001,"alpha":1.0,"tau_max":10.0,"alpha_max":0.00995016\
    6250831947},{"profile":"cloud","dt":1.0,"tau":0.001,"alpha":1.0,"tau_max":10.0,"alpha_max"\
    :0.09516258196404043}]},"order_parameter":{"cases":[{"name":"all equal","theta":[0.5,0.5,0\
    .5,0.5],"w":null,"R":1.0,"psi":0.5,"n_eff":4.0,"ppc":1.0,"p":0.0076206441831750665},{"name\
    ":"two opposite","theta":[0.0,3.141592653589793],"w":null,"R":6.123233995736766e-17,"psi":\
    null,"n_eff":2.0,"ppc":-1.0,"p":1.0},{"name":"quadrature pair","theta":[0.0,1.570796326794\
    8966],"w":null,"R":0.7071067811865476,"psi":0.7853981633974483,"n_eff":2.0,"ppc":2.2204460\
    49250313e-16,"p":0.4160730744622002},{"name":"three 120deg","theta":[0.0,2.094395102393195\
    3,-2.0943951023931953],"w":null,"R":1.4802973661668753e-16,"psi":null,"n_eff":3.0,"ppc":-0\
    .5,"p":1.0},{"name":"wrap around pi","theta":[3.1,-3.1,3.141592653589793],"w":null,"R":0.9\
    994234335155197,"psi":3.141592653589793,"n_eff":3.0,"ppc":0.9982707991899256,"p":0.0337525\
    88032036485},{"name":"weighted","theta":[0.0,1.5707963267948966,3.141592653589793],"w":[3,\
    1,1],"R":0.447213595499958,"psi":0.4636476090008062,"n_eff":2.272727272727273,"ppc":-0.428\
    5714285714285,"p":0.6797615338990936},{"name":"ten spread","theta":[0.0,0.1,0.2,0.30000000\
    000000004,0.4,0.5,0.6000000000000001,0.7000000000000001,0.8,0.9],"w":null,"R":0.9592507150\
    483418,"psi":0.4500000000000001,"n_eff":10.0,"ppc":0.9112910381341722,"p":3.87956434965552\
    6e-06},{"name":"zero weights","theta":[0.0,1.0],"w":[0,0],"R":0.0,"psi":null,"n_eff":0.0,"\
    ppc":null,"p":1.0},{"name":"single","theta":[1.0],"w":null,"R":1.0,"psi":1.0,"n_eff":1.0,"\
    ppc":null,"p":0.46583116261132207}]},"t_sync":{"sync_layer":[{"name":"equal unit","T_maste\
    r":[0.955336489125606,0.29552020666133955],"T_emissary":[0.955336489125606,0.2955202066613\
    3955],"magnitude_difference":0.0,"aligned":true,"dissipated":false,"collapsed":true,"T_syn\
    c":[0.950559806679978,0.29404260562803286],"coherence_reported":0.990025,"true_phase_diffe\
    rence":0.0},{"name":"equal magnitude, opposite phase: 'aligned' yet cancels","T_master":[0\
    .95,0.0],"T_emissary":[-0.95,1.1634144591899854e-16],"magnitude_difference":0.0,"aligned":\
    true,"dissipated":false,"collapsed":false,"T_sync":[0.0,5.817072295949927e-17],"coherence_\
    reported":3.3838330096308156e-33,"true_phase_difference":3.141592653589793},{"name":"just \
    collapsed, reported coherence falls below I_c","T_master":[0.8945,0.0],"T_emissary":[0.894\
    5,0.0],"magnitude_difference":0.0,"aligned":true,"dissipated":false,"collapsed":true,"T_sy\
    nc":[0.8900275,0.0],"coherence_reported":0.7921489507562499,"true_phase_difference":0.0},{\
    "name":"misaligned 0.15: not aligned, not dissipated","T_master":[0.9,0.0],"T_emissary":[0\
    .7462531239585194,0.07487506248512112],"magnitude_difference":0.1499999999999999,"aligned"\
    :false,"dissipated":false,"collapsed":false,"T_sync":[0.8231265619792597,0.037437531242560\
    56],"coherence_reported":0.6789389057813338,"true_phase_difference":0.09999999999999998},{\
    "name":"dissipated","T_master":[0.9,0.0],"T_emissary":[0.5,0.0],"magnitude_difference":0.4\
    ,"aligned":false,"dissipated":true,"collapsed":false,"T_sync":[0.7,0.0],"coherence_reporte\
    d":0.48999999999999994,"true_phase_difference":0.0},{"name":"quarter turn","T_master":[1.0\
    ,0.0],"T_emissary":[6.123233995736766e-17,1.0],"magnitude_difference":0.0,"aligned":true,"\
    dissipated":false,"collapsed":false,"T_sync":[0.5,0.5],"coherence_reported":0.500000000000\
    0001,"true_phase_difference":1.5707963267948966}],"mesh":[{"name":"two nodes agree","nodes\
    ":[{"phase":[0.6999354727297792,0.49969023806208235],"coherence":0.85,"weight":1},{"phase"\
    :[0.7428020534187105,0.5081782260555319],"coherence":0.9,"weight":1}],"global_phase":[0.72\
    13687630742449,0.5039342320588072],"global_phase_magnitude":0.8799560230943168,"global_coh\
    erence":0.875,"unified":[0.7213687630742449,0.5039342320588072],"R":0.9999500004166654,"ga\
    ted_emerged":false},{"name":"three nodes agree","nodes":[{"phase":[0.8955037487502232,0.08\
    985007498214534],"coherence":0.9,"weight":1},{"phase":[0.8404554162456359,0.12702241260255\
    934],"coherence":0.85,"weight":2},{"phase":[0.9488127473752179,0.04748021080714441],"coher\
    ence":0.95,"weight":1}],"global_phase":[0.8813068321541783,0.0978437777486021],"global_pha\
    se_magnitude":0.886721566922645,"global_coherence":0.9,"unified":[0.8813068321541783,0.097\
    8437777486021],"R":0.9991408253933071,"gated_emerged":true},{"name":"three steady nodes 12\
    0deg apart: seed says emerged, R=0","nodes":[{"phase":[0.9,0.0],"coherence":0.9,"weight":1\
    },{"phase":[-0.4499999999999998,0.7794228634059949],"coherence":0.9,"weight":1},{"phase":[\
    -0.4499999999999998,-0.7794228634059949],"coherence":0.9,"weight":1}],"global_phase":[1.48\
    02973661668753e-16,0.0],"global_phase_magnitude":1.4802973661668753e-16,"global_coherence"\
    :0.9,"unified":[1.4802973661668753e-16,0.0],"R":1.4802973661668753e-16,"gated_emerged":fal\
    se},{"name":"exactly at threshold 0.75 -> not emerged (strict >)","nodes":[{"phase":[0.75,\
    0.0],"coherence":0.75,"weight":1},{"phase":[0.75,0.0],"coherence":0.75,"weight":1},{"phase\
    ":[0.75,0.0],"coherence":0.75,"weight":1}],"global_phase":[0.75,0.0],"global_phase_magnitu\
    de":0.75,"global_coherence":0.75,"unified":null,"R":1.0,"gated_emerged":false},{"name":"ze\
    ro weight node ignored in phase but NOT in seed mean coherence","nodes":[{"phase":[0.9,0.0\
    ],"coherence":0.9,"weight":1},{"phase":[0.9,0.0],"coherence":0.9,"weight":1},{"phase":[-0.\
    8909932469404009,0.1270080072538805],"coherence":0.0,"weight":0}],"global_phase":[0.9,0.0]\
    ,"global_phase_magnitude":0.9,"global_coherence":0.6,"unified":null,"R":1.0,"gated_emerged\
    ":false},{"name":"empty","nodes":[],"global_phase":null,"global_coherence":0.0,"unified":n\
    ull,"R":0.0,"phase_coherence":0.0}]},"clock":{"ntp":[{"t":[100.0,100.7,100.71,100.03],"off\
    set":0.6899999999999977,"delay":0.020000000000010232},{"t":[0.0,0.01,0.011,0.021],"offset"\
    :-8.673617379884035e-19,"delay":0.020000000000000004},{"t":[10.0,5.0,5.002,10.014],"offset\
    ":-5.006,"delay":0.011999999999999567}],"delay_comp":[{"u":[0.9800665778412416,0.198669330\
    79506122],"f":1.0,"age":0.05,"out":[0.8707065057822322,0.4918029898124813],"phase_error_if\
    _ignored":0.3141592653589793},{"u":[0.9800665778412416,0.19866933079506122],"f":10.0,"age"\
    :0.005,"out":[0.8707065057822322,0.4918029898124813],"phase_error_if_ignored":0.3141592653\
    589793},{"u":[0.9800665778412416,0.19866933079506122],"f":0.01,"age":3.0,"out":[0.92547998\
    39065029,0.3787965144882134],"phase_error_if_ignored":0.18849555921538758}]},"output_mappi\
    ng":{"cases":[{"phase":[0.7,0.5],"coherence":0.85,"speaker":{"frequency":748.0,"volume":0.\
    85},"motors":{"velocity":0.3999999999999999,"rotation":0.0,"pulse_ms":1.7},"display":{"hue\
    ":251.99999999999997,"brightness":0.85},"seed_raw":{"frequency":748.0,"velocity":0.3999999\
    999999999,"rotation":0.0,"hue":251.99999999999997}},{"phase":[0.0,0.0],"coherence":0.0,"sp\
    eaker":{"frequency":440.0,"volume":0},"motors":{"velocity":-1,"rotation":-1,"pulse_ms":1.0\
    },"display":{"hue":0.0,"brightness":0},"seed_raw":{"frequency":440.0,"velocity":-1.0,"rota\
    tion":-1.0,"hue":0.0}},{"phase":[1.0,0.0],"coherence":1.0,"speaker":{"frequency":880,"volu\
    me":1},"motors":{"velocity":1,"rotation":-1,"pulse_ms":2.0},"display":{"hue":0.0,"brightne\
    ss":1},"seed_raw":{"frequency":880.0,"velocity":1.0,"rotation":-1.0,"hue":360.0}},{"phase"\
    :[-1.0,0.0],"coherence":0.9,"speaker":{"frequency":0,"volume":0.9},"motors":{"velocity":-1\
    ,"rotation":-1,"pulse_ms":1.0},"display":{"hue":0.0,"brightness":0.9},"seed_raw":{"frequen\
    cy":0.0,"velocity":-3.0,"rotation":-1.0,"hue":-360.0}},{"phase":[0.5,0.5],"coherence":0.5,\
    "speaker":{"frequency":660.0,"volume":0.5},"motors":{"velocity":0.0,"rotation":0.0,"pulse_\
    ms":1.5},"display":{"hue":180.0,"brightness":0.5},"seed_raw":{"frequency":660.0,"velocity"\
    :0.0,"rotation":0.0,"hue":180.0}},{"phase":[0.0,1.0],"coherence":0.3,"speaker":{"frequency\
    ":440.0,"volume":0.3},"motors":{"velocity":-1,"rotation":1,"pulse_ms":1.0},"display":{"hue\
    ":0.0,"brightness":0.3},"seed_raw":{"frequency":440.0,"velocity":-1.0,"rotation":1.0,"hue"\
    :0.0}},{"phase":[-0.3,-0.8],"coherence":0.75,"speaker":{"frequency":308.0,"volume":0.75},"\
    motors":{"velocity":-1,"rotation":-1,"pulse_ms":1.0},"display":{"hue":252.0,"brightness":0\
    .75},"seed_raw":{"frequency":308.0,"velocity":-1.6,"rotation":-2.6,"hue":-108.0}},{"phase"\
    :[0.25,1.2],"coherence":1.3,"speaker":{"frequency":550.0,"volume":1},"motors":{"velocity":\
    -0.5,"rotation":1,"pulse_ms":1.25},"display":{"hue":90.0,"brightness":1},"seed_raw":{"freq\
    uency":550.0,"velocity":-0.5,"rotation":1.4,"hue":90.0}},{"phase":["nan",0],"coherence":0.\
    9,"speaker":{"frequency":440.0,"volume":0.0},"motors":{"velocity":0.0,"rotation":0.0,"puls\
    e_ms":1.5},"display":{"hue":0.0,"brightness":0.0}}]},"phase_ema":{"cases":[{"name":"rotati\
    ng unit phasor 0.3 rad/step, tau=10ms dt=10ms","tau":0.01,"dt":[0.01,0.01,0.01,0.01,0.01,0\
    .01,0.01,0.01],"u":[[1.0,0.0],[0.955336489125606,0.29552020666133955],[0.8253356149096783,\
    0.5646424733950354],[0.6216099682706645,0.7833269096274833],[0.3623577544766736,0.93203908\
    59672263],[0.0707372016677029,0.9974949866040544],[-0.2272020946930869,0.9738476308781953]\
    ,[-0.5048461045998576,0.8632093666488737]],"z":[[0.6321205588285577,0.0],[0.83643199331022\
    ,0.1868043981798968],[0.8294177443946964,0.4256436134315968],[0.6980581768222536,0.6517425\
    785065811],[0.4858550382501827,0.8289237634402972],[0.2234505194099637,0.9354810992289849]\
    ,[-0.061416262854407,0.9597333726553973],[-0.3417173822198001,0.8987185640381825]],"cohere\
    nce":[0.6321205588285577,0.8570381336978311,0.9322586982012517,0.9550149772997363,0.960817\
    2166385822,0.961797807046394,0.9616964718306422,0.9614914594826133],"z_debiased":[[1.0,0.0\
    ],[0.9673483572235397,0.21604258223828418],[0.872875664794463,0.4479455070144002],[0.71108\
    20997821055,0.6639023746581937],[0.4891509111641612,0.8345468961951111],[0.224005774210373\
    5,0.9378056871172168],[-0.06147231835289383,0.9606093349839123],[-0.34183205409896944,0.89\
    90201517008094]],"coherence_debiased":[1.0,0.9911797221307883,0.9811050420035379,0.9728330\
    358840189,0.9673350690642941,0.9641877896286511,0.962574225907755,0.9618141121722363]},{"n\
    ame":"constant phasor, alpha fixed 0.5 (SDK emissary)","alpha":0.5,"dt":[0.001,0.001,0.001\
    ,0.001,0.001,0.001],"u":[[1.0,0.0],[1.0,0.0],[1.0,0.0],[1.0,0.0],[1.0,0.0],[1.0,0.0]],"z":\
    [[0.5,0.0],[0.75,0.0],[0.875,0.0],[0.9375,0.0],[0.96875,0.0],[0.984375,0.0]],"coherence":[\
    0.5,0.75,0.875,0.9375,0.96875,0.984375],"z_debiased":[[1.0,0.0],[1.0,0.0],[1.0,0.0],[1.0,0\
    .0],[1.0,0.0],[1.0,0.0]],"coherence_debiased":[1.0,1.0,1.0,1.0,1.0,1.0]}]}}}\

    """
}
